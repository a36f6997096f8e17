// Loaded before the engine of `npm run dev`: an engine nobody can stop any more would keep the data folder to itself.
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
