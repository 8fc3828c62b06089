"""The document: parsed, held against the contract of the requester's kind, and costed, before anything is planned."""
