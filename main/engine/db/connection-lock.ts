import { AsyncLocalStorage } from 'node:async_hooks'

/** A transaction as its own asynchronous calls see it. */
interface TransactionMark {
  readonly lock: ConnectionLock
  open: boolean
}

/** Follows the calls made inside a transaction, so that a call that would wait for its own transaction is recognised. */
const surroundingTransaction = new AsyncLocalStorage<TransactionMark>()

/** Gives one connection to one user at a time, first come first served. */
export class ConnectionLock {
  #held = false
  readonly #waiting: (() => void)[] = []
  #transaction: TransactionMark | null = null

  /**
   * Waits until the connection is free. Throws at once when called from inside a transaction on this very
   * connection: that call would wait for itself for ever.
   */
  async acquire(): Promise<void> {
    const surrounding = surroundingTransaction.getStore()
    if (surrounding?.lock === this && surrounding.open) {
      throw new Error(
        'The outer database was used inside a transaction on it, which would wait for ever: pass the transaction (trx) on instead',
      )
    }
    if (!this.#held) {
      this.#held = true
      return
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#held = false
    else next()
  }

  /**
   * Marks the caller's asynchronous context as inside a transaction. Must be called synchronously by the code that
   * awaits the start of the transaction, before its own first `await`: a context entered later stays in the callee.
   */
  enterTransaction(): void {
    this.#transaction = { lock: this, open: true }
    surroundingTransaction.enterWith(this.#transaction)
  }

  /** What was started inside the transaction and goes on after it may use the outer database again. */
  leaveTransaction(): void {
    if (this.#transaction !== null) this.#transaction.open = false
    this.#transaction = null
  }

  get inTransaction(): boolean {
    return this.#transaction !== null
  }
}
