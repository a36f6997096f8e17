import { watch } from 'node:fs'

/** An editor writes a file in several steps, and a checkout many files: one call for all within so many milliseconds. */
const pauseMs = 150

/** Calls back after source files below `folder` have changed. Answers how to end it. */
export function watchSources(folder: string, onChange: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const watcher = watch(folder, { recursive: true }, (_event, name) => {
    if (name === null || !/\.(ts|json)$/.test(name)) return
    clearTimeout(timer)
    timer = setTimeout(onChange, pauseMs)
  })
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}
