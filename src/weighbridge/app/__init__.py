"""Where people meet weighbridge: the command line."""
