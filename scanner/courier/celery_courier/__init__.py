"""The courier of a broker: orders are Celery tasks, evidence comes as confirmed messages, over RabbitMQ."""
