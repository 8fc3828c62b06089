-- What of a file has been seen, one row a slice. As one row for each of a hundred thousand digests, to find what stands twice
-- cost more than half of what it costs to store the rows themselves.

CREATE TABLE hub.upload_seen (
    upload_id UUID NOT NULL,
    first_row INTEGER NOT NULL,
    identities BYTEA NOT NULL,
    CONSTRAINT pk_upload_seen PRIMARY KEY (upload_id, first_row),
    CONSTRAINT ck_upload_seen_identities CHECK (octet_length(identities) % 16 = 0),
    CONSTRAINT fk_upload_seen_upload_id FOREIGN KEY (upload_id) REFERENCES hub.upload (id)
);
-- Digests cannot be compressed.
ALTER TABLE hub.upload_seen ALTER COLUMN identities SET STORAGE EXTERNAL;
GRANT SELECT, INSERT, DELETE ON hub.upload_seen TO bofast_app;

-- Of a file that is half judged, all that was seen so far, before any slice that is yet to come.
INSERT INTO hub.upload_seen (upload_id, first_row, identities)
SELECT upload_id, 0, string_agg(uuid_send(identity), '') FROM hub.upload_identity GROUP BY upload_id;
DROP TABLE hub.upload_identity;
