/** The bundler takes a style sheet out into dist/webview.css; importing it gives nothing. */
declare module '*.css';
