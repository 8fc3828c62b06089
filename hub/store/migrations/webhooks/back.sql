DROP TABLE hub.webhook_told, hub.webhook_dead_letter, hub.webhook_delivery, hub.webhook;
