/** Mautic as a target of tests: a fresh stand-in. */
import { mautic } from '../../../main/stand-ins/mautic/stand-in.ts'
import type { TestTarget } from '../../support/test-target.ts'
import { startMautic, type MauticStandIn } from './stand-in.ts'

export const mauticTarget: TestTarget<MauticStandIn> = {
  adapter: 'mautic',
  ...mautic.signIn('stand-in-key'),
  standIn: () => startMautic(),
}
