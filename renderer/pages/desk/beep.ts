/** The three sounds of the desk, made on the spot: no file to load, nothing to wait for. */
import type { DeskOutcome } from '../../../main/contract/desk.ts'

interface Tone {
  /** Hertz. */
  readonly pitch: number
  /** Seconds from now. */
  readonly from: number
  readonly until: number
}

const sounds: Readonly<Record<DeskOutcome['outcome'], readonly Tone[]>> = {
  ok: [{ pitch: 1320, from: 0, until: 0.09 }],
  already: [
    { pitch: 780, from: 0, until: 0.1 },
    { pitch: 780, from: 0.16, until: 0.26 },
  ],
  wrong: [{ pitch: 196, from: 0, until: 0.45 }],
}

let audio: AudioContext | undefined

/** Plays the sound of an outcome; silent where the browser has no sound or does not allow it yet. */
export function beep(outcome: DeskOutcome['outcome']): void {
  try {
    audio ??= new AudioContext()
    const context = audio
    void context.resume()
    for (const tone of sounds[outcome]) {
      const oscillator = new OscillatorNode(context, { type: 'triangle', frequency: tone.pitch })
      const volume = new GainNode(context, { gain: 0.18 })
      oscillator.connect(volume).connect(context.destination)
      oscillator.start(context.currentTime + tone.from)
      oscillator.stop(context.currentTime + tone.until)
    }
  } catch {
    // A desk without loudspeaker still has colour and words.
  }
}
