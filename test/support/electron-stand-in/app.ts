/** Electron's `app`: life and death of the process. */
import { EventEmitter } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { announceContentsTo, BrowserWindow } from './browser-window.ts'
import { closeChromium, launchChromium } from './chromium.ts'
import { createEvent } from './event.ts'

class App extends EventEmitter {
  readonly isPackaged = false
  sandboxed = false
  readonly #paths = new Map([['userData', join(tmpdir(), `electron-stand-in-${process.pid}`)]])
  #ready: Promise<void> | null = null
  #isReady = false
  #lockFile: string | null = null
  #leaving = false

  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() must be called before ready')
    this.sandboxed = true
  }
  setPath(name: string, path: string): void {
    if (!existsSync(path)) throw new Error(`Electron takes no path that does not exist: ${path}`)
    this.#paths.set(name, path)
  }
  getPath(name: string): string {
    return this.#paths.get(name) ?? tmpdir()
  }
  getLocale(): string {
    return process.env['MARSHAL_STAND_IN_LOCALE'] ?? 'en-US'
  }
  isReady(): boolean {
    return this.#isReady
  }

  whenReady(): Promise<void> {
    this.#ready ??= this.#becomeReady()
    return this.#ready
  }

  async #becomeReady(): Promise<void> {
    const userData = this.getPath('userData')
    mkdirSync(userData, { recursive: true })
    await launchChromium(join(userData, 'chromium'))
    this.#isReady = true
    this.emit('ready')
  }

  /** One process per userData folder; a second one only leaves a note for the first. */
  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData')
    mkdirSync(folder, { recursive: true })
    const lockFile = join(folder, 'stand-in.lock')
    const note = join(folder, 'stand-in.second')
    if (isRunning(lockFile)) {
      writeFileSync(note, JSON.stringify(process.argv))
      return false
    }
    writeFileSync(lockFile, String(process.pid))
    this.#lockFile = lockFile
    rmSync(note, { force: true })
    const watcher = watch(folder, (_kind, name) => {
      if (name !== 'stand-in.second') return
      try {
        const argv = JSON.parse(readFileSync(note, 'utf8')) as string[]
        rmSync(note, { force: true })
        this.emit('second-instance', createEvent({}), argv, process.cwd(), null)
      } catch {
        // Half written: the next change of the file tells again.
      }
    })
    watcher.unref()
    return true
  }

  /** The next instance, which a stand-in does not start. */
  relaunch(): void {}

  quit(): void {
    // Electron leaves after the caller has finished, never in the middle of it.
    setImmediate(() => void this.#quit())
  }

  async #quit(): Promise<void> {
    if (this.#leaving) return
    const asked = createEvent({})
    this.emit('before-quit', asked)
    if (asked.defaultPrevented) return
    for (const window of BrowserWindow.getAllWindows()) if (!window.close()) return
    const last = createEvent({})
    this.emit('will-quit', last)
    if (last.defaultPrevented) return
    this.emit('quit', createEvent({}), 0)
    await this.#end(0)
  }

  exit(code = 0): void {
    for (const window of BrowserWindow.getAllWindows()) window.destroy()
    void this.#end(code)
  }

  async #end(code: number): Promise<void> {
    this.#leaving = true
    await closeChromium()
    if (this.#lockFile !== null) rmSync(this.#lockFile, { force: true })
    process.exit(code)
  }
}

function isRunning(lockFile: string): boolean {
  try {
    process.kill(Number(readFileSync(lockFile, 'utf8')), 0)
    return true
  } catch {
    return false
  }
}

export const app = new App()
announceContentsTo((contents) => app.emit('web-contents-created', createEvent({}), contents))
