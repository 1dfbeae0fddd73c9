/** The outermost element of every page. */
import type { Child, PropsWithChildren } from 'hono/jsx'
import type { Language } from '../../src/platform/text.ts'

type DocumentProps = {
  language: Language
  title: string
  css: string
  scripts: readonly string[]
  scheme?: 'light' | 'dark' | undefined
  theme?: string | undefined
  look: 'console' | 'portal'
  head?: Child
}

export const Document = ({
  language,
  title,
  css,
  scripts,
  scheme,
  theme,
  look,
  head,
  children,
}: PropsWithChildren<DocumentProps>) => (
  <html lang={language} data-scheme={scheme} data-theme={theme}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content={scheme ?? 'light dark'} />
      <title>{title}</title>
      <link rel="stylesheet" href={css} />
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
      {scripts.map((script) => (
        <script type="module" src={script} />
      ))}
      {head}
    </head>
    <body class={look}>{children}</body>
  </html>
)

/** The page as text, with the line that keeps browsers in standards mode. */
export const pageText = (page: unknown): string => `<!doctype html>\n${String(page)}`
