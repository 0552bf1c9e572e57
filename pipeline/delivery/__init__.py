"""What AWS services send each other, each delivery through the gate as the service that sends."""
