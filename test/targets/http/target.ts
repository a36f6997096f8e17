/** The generic target in tests: persons at a fresh stand-in. */
import { http } from '../../../main/stand-ins/http/stand-in.ts'
import type { TestTarget } from '../../support/test-target.ts'
import { startHttp, type HttpStandIn } from './stand-in.ts'

export const httpTarget: TestTarget<HttpStandIn> = {
  adapter: 'http',
  ...http.signIn('stand-in-key'),
  standIn: () => startHttp(),
}
