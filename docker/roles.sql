-- The roles of the hub, made once by an administrator of the database. Passwords come from psql variables:
--   psql -v owner=... -v app=... -v public=... -v external=... -v audit=... -v record=... -f roles.sql postgres
-- None of them is a superuser, and only the owner owns anything.

CREATE ROLE bofast_owner    LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'owner';
CREATE ROLE bofast_app      LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'app';
CREATE ROLE bofast_public   LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'public';
CREATE ROLE bofast_external LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'external';
CREATE ROLE bofast_audit    LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'audit';
CREATE ROLE bofast_record   LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'record';
ALTER ROLE bofast_record SET synchronous_commit = on;

CREATE DATABASE bofast OWNER bofast_owner TEMPLATE template0;
REVOKE ALL ON DATABASE bofast FROM PUBLIC;
GRANT CONNECT ON DATABASE bofast
  TO bofast_owner, bofast_app, bofast_public, bofast_external, bofast_audit, bofast_record;
