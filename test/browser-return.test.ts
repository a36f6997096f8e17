import { expect, it, onTestFinished } from 'vitest'
import { openBrowserReturn } from '../main/hosts/browser-return.ts'

const never = new AbortController().signal

async function open() {
  const back = await openBrowserReturn(0)
  onTestFinished(() => back.close())
  const visit = (query: string, path = back.redirectUri) =>
    fetch(`${path}?${query}`).then(async (answer) => ({
      status: answer.status,
      words: await answer.text(),
    }))
  return { back, visit }
}

it('waits for the browser with the state that was sent, and for no other', async () => {
  const { back, visit } = await open()
  const returned = back.returned('mine', never)
  expect(await visit('state=other&code=bad')).toMatchObject({ status: 404 })
  expect(
    await visit('state=mine&code=bad', back.redirectUri.replace('signed-in', 'x')),
  ).toMatchObject({ status: 404 })
  const page = await visit('state=mine&code=the-code')
  expect(page).toMatchObject({ status: 200 })
  expect(page.words).not.toContain('the-code')
  expect(await returned).toEqual({ code: 'the-code' })
})

it('tells why no code came', async () => {
  const { back, visit } = await open()
  const returned = back.returned('mine', never)
  await visit('state=mine&error=access_denied')
  expect(await returned).toEqual({ refused: 'access_denied' })
})

it('waits for nobody before it is asked to, and no longer than it may', async () => {
  const { back, visit } = await open()
  expect(await visit('state=mine&code=early')).toMatchObject({ status: 404 })
  const stop = new AbortController()
  const returned = back.returned('mine', stop.signal)
  stop.abort(new Error('enough'))
  await expect(returned).rejects.toThrow('enough')
})

it('is not ended by what any page may ask for', async () => {
  const { back, visit } = await open()
  const returned = back.returned('mine', never)
  expect(await visit('', `${new URL(back.redirectUri).origin}//`)).toMatchObject({ status: 404 })
  await visit('state=mine&code=the-code')
  expect(await returned).toEqual({ code: 'the-code' })
  expect(await visit('state=mine&code=again')).toMatchObject({ status: 404 })
})

it('does not wait for what was given up before', async () => {
  const { back } = await open()
  await expect(back.returned('mine', AbortSignal.abort(new Error('enough')))).rejects.toThrow(
    'enough',
  )
})

it('says what to do where somebody else has the port', async () => {
  const { back } = await open()
  const port = Number(new URL(back.redirectUri).port)
  await expect(openBrowserReturn(port)).rejects.toMatchObject({
    problem: { code: 'wrong-use', message: `The port ${port} of this computer is taken.` },
  })
})
