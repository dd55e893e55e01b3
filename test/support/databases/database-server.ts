/** A PostgreSQL with pgvector that a test has started. */
export interface DatabaseServer {
  readonly url: string;
  stop(): Promise<void>;
}
