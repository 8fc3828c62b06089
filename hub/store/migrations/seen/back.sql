CREATE TABLE hub.upload_identity (
    upload_id UUID NOT NULL,
    identity UUID NOT NULL,
    CONSTRAINT pk_upload_identity PRIMARY KEY (upload_id, identity),
    CONSTRAINT fk_upload_identity_upload_id FOREIGN KEY (upload_id) REFERENCES hub.upload (id)
);
GRANT SELECT, INSERT, DELETE ON hub.upload_identity TO bofast_app;

INSERT INTO hub.upload_identity (upload_id, identity)
SELECT seen.upload_id, CAST(encode(substring(seen.identities FROM at FOR 16), 'hex') AS uuid)
FROM hub.upload_seen AS seen
CROSS JOIN LATERAL generate_series(1, octet_length(seen.identities), 16) AS at;
DROP TABLE hub.upload_seen;
