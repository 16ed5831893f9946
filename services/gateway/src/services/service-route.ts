import type { Request, Response } from 'express';

export interface ServeOptions {
  /** The client's address, as the service may know it; absent: the service is to take the gateway for the client. */
  clientAddress?: string;
}

/** A service as the gateway reaches it: in this process, or over HTTP in others. */
export interface ServiceRoute {
  /**
   * Answers a request whose body was read.
   * @throws Refusal UNAVAILABLE
   */
  serve(request: Request, response: Response, options: ServeOptions): Promise<void> | void;
  /** Why it cannot serve; empty when it can. */
  notReady(): Promise<string[]>;
  close(): void;
}
