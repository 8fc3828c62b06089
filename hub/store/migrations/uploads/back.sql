-- What has arrived of files and was not judged is gone with them. Rows that were judged stand in their ledger.
DROP TABLE hub.upload_rejection, hub.upload_identity, hub.upload_part, hub.upload;
