import { html, nothing, type Html } from './html';

export interface Page {
  title: string;
  body: Html;
  /** Name of a script under assets/. */
  script?: string;
}

/** A whole page. Links are relative, so that it works below any PUBLIC_URL, and nothing comes from elsewhere. */
export const layout = ({ title, body, script }: Page): string => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/style.css">
${script === undefined ? nothing : html`<script src="assets/${script}" defer></script>`}
</head>
<body>
${body}
</body>
</html>
`.text;
