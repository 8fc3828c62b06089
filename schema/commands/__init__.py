"""Commands, by room: what goes in, what comes out, and the fields of the type `Mutation` that they are."""
