-- Events as they are read when they are told: each with what it is decided by. An event about what was erased meanwhile is
-- gone with it.

-- Of a case.
CREATE VIEW hub.case_event AS
SELECT
    event.id, event.kind, event.topic, event.occurred_at, event.case_id, event.signal_id, event.consent_id,
    concerned.source_party
FROM hub.event AS event
JOIN hub."case" AS concerned ON concerned.id = event.case_id;

-- Of a signal. It is the business of the unit that has it now, whichever had it when the event was put in line.
CREATE VIEW hub.inbox_event AS
SELECT
    event.id, event.kind, event.topic, event.occurred_at, event.case_id, event.signal_id, signal.unit_id,
    signal.source_party
FROM hub.event AS event
JOIN hub.signal AS signal ON signal.id = event.signal_id;

-- Of what a party handed in, for that party alone.
CREATE VIEW hub.submission_event AS
SELECT
    event.id, event.kind, event.topic, event.occurred_at, event.submission_id, submission.submitter_party,
    submission.row_count
FROM hub.event AS event
JOIN hub.submission AS submission ON submission.id = event.submission_id AND submission.submitter_party = event.party_id;
