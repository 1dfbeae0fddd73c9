/** What is used of a package that is no dependency, so that its own types are not there. */
declare module '@duckdb/node-api' {
  type Chunk = { readonly rowCount: number; getColumns(): unknown[][] }
  type Result = { fetchChunk(): Promise<Chunk | null> }
  type Connection = { stream(sql: string): Promise<Result>; closeSync(): void }
  export const DuckDBInstance: {
    create(
      path: string,
      options?: Readonly<Record<string, string>>,
    ): Promise<{ connect(): Promise<Connection>; closeSync(): void }>
  }
}
