import { runsignup } from '../../main/engine/targets/runsignup/adapter.ts'
import { startRunSignup } from '../support/runsignup-side.ts'
import { testAdapter } from './conformance.ts'
import { conform } from './runsignup-bench.ts'

// Persons come with registrations, chips are numbers in them, race and events are made there.
testAdapter(runsignup, async () => conform(await startRunSignup()), {
  simple: 'eventParticipant',
  sends: ['eventParticipant'],
})
