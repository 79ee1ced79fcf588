/**
 * Loaded before a child's own program (`node --require`): ends the child in order when the process that started it is gone, however that
 * went. The channel to the parent is closed by the system, also after `kill -9`.
 */
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
