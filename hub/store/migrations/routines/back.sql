DROP TABLE hub.routine_participant, hub.routine_task, hub.routine_copy, hub.routine_unit, hub.routine;
