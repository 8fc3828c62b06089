DROP FUNCTION hub.forget_events(interval, integer);
DROP FUNCTION hub.put_in_line(integer);
DROP FUNCTION hub.tell_of_case() CASCADE;
DROP FUNCTION hub.tell_of_signal() CASCADE;
DROP FUNCTION hub.tell_of_part() CASCADE;
DROP FUNCTION hub.tell_of_consent() CASCADE;
DROP FUNCTION hub.tell_of_submission() CASCADE;
DROP TABLE hub.event;
DROP TABLE hub.outbox;
