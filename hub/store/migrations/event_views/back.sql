DROP VIEW hub.case_event, hub.inbox_event, hub.submission_event;
