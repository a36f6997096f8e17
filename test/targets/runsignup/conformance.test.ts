import { runsignup } from '../../../main/engine/targets/runsignup/adapter.ts'
import { startRunSignup } from './stand-in.ts'
import { testAdapter } from '../conformance/conformance.ts'
import { conform } from './bench.ts'

// Persons come with registrations, chips are numbers in them, race and events are made there.
testAdapter(runsignup, async () => conform(await startRunSignup()), {
  simple: 'eventParticipant',
  sends: ['eventParticipant'],
})
