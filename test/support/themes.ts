import type { Page } from 'playwright-core';

export interface EditorTheme {
  readonly scheme: 'light' | 'dark';
  /** The class that VS Code gives the body. */
  readonly kind: string;
  /** VS Code's own colours, by the names that pages read. */
  readonly colours: Readonly<Record<string, string>>;
}

/** Fields and buttons of the component library. */
const fields = (background: string, foreground: string, border: string) => ({
  ...{ 'settings-textInputBackground': background, 'settings-textInputForeground': foreground },
  ...{ 'settings-textInputBorder': border, 'settings-dropdownBackground': background },
  ...{ 'settings-dropdownForeground': foreground, 'settings-dropdownBorder': border },
  ...{ 'settings-checkboxBackground': background, 'settings-checkboxForeground': foreground },
  ...{ 'settings-checkboxBorder': border, 'button-secondaryBackground': background },
  ...{ 'button-secondaryForeground': foreground, 'button-border': border, 'input-placeholderForeground': foreground },
});

const charts = (blue: string, orange: string, green: string, purple: string, red: string, yellow: string) => ({
  ...{ 'charts-blue': blue, 'charts-orange': orange, 'charts-green': green },
  ...{ 'charts-purple': purple, 'charts-red': red, 'charts-yellow': yellow },
});

/** VS Code's default themes and its two of high contrast. */
export const EDITOR_THEMES: Readonly<Record<'light' | 'dark' | 'contrast' | 'contrast-light', EditorTheme>> = {
  light: {
    scheme: 'light',
    kind: 'vscode-light',
    colours: {
      ...{ 'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b', foreground: '#3b3b3b' },
      ...fields('#ffffff', '#3b3b3b', '#cecece'),
      ...{ descriptionForeground: '#3b3b3b', 'panel-border': '#e5e5e5', 'editorWidget-background': '#f8f8f8' },
      ...{ 'textLink-foreground': '#005fb8', focusBorder: '#005fb8', 'editorError-foreground': '#e51400' },
      ...charts('#1a85ff', '#d18616', '#388a34', '#652d90', '#e51400', '#bf8803'),
    },
  },
  dark: {
    scheme: 'dark',
    kind: 'vscode-dark',
    colours: {
      ...{ 'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc', foreground: '#cccccc' },
      ...fields('#313131', '#cccccc', '#3c3c3c'),
      ...{ descriptionForeground: '#9d9d9d', 'panel-border': '#2b2b2b', 'editorWidget-background': '#202020' },
      ...{ 'textLink-foreground': '#4daafc', focusBorder: '#0078d4', 'editorError-foreground': '#f85149' },
      ...charts('#3794ff', '#d18616', '#89d185', '#b180d7', '#f14c4c', '#cca700'),
    },
  },
  contrast: {
    scheme: 'dark',
    kind: 'vscode-high-contrast',
    colours: {
      ...{ 'editor-background': '#000000', 'editor-foreground': '#ffffff', foreground: '#ffffff' },
      ...fields('#000000', '#ffffff', '#6fc3df'),
      ...{ descriptionForeground: '#ffffffb3', 'panel-border': '#6fc3df', 'editorWidget-background': '#0c141f' },
      ...{ 'textLink-foreground': '#21a6ff', focusBorder: '#f38518', 'editorError-foreground': '#f48771' },
      ...{ contrastBorder: '#6fc3df', 'button-background': '#000000', 'button-foreground': '#ffffff' },
      ...charts('#3794ff', '#d18616', '#89d185', '#b180d7', '#f14c4c', '#cca700'),
    },
  },
  'contrast-light': {
    scheme: 'light',
    kind: 'vscode-high-contrast vscode-high-contrast-light',
    colours: {
      ...{ 'editor-background': '#ffffff', 'editor-foreground': '#292929', foreground: '#292929' },
      ...fields('#ffffff', '#292929', '#0f4a85'),
      ...{ descriptionForeground: '#292929b3', 'panel-border': '#0f4a85', 'editorWidget-background': '#ffffff' },
      ...{ 'textLink-foreground': '#0f4a85', focusBorder: '#006bbd', 'editorError-foreground': '#b5200d' },
      ...{ contrastBorder: '#0f4a85', 'button-background': '#0f4a85', 'button-foreground': '#ffffff' },
      ...charts('#1a85ff', '#d18616', '#374e06', '#652d90', '#b5200d', '#895503'),
    },
  },
};

/** Gives a page the colours of a theme, as VS Code does. */
export async function wear(page: Page, { scheme, kind, colours }: EditorTheme): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.evaluate(
    ({ kind, colours }) => {
      document.body.classList.remove(...[...document.body.classList].filter((name) => name.startsWith('vscode-')));
      document.body.classList.add(...kind.split(' '));
      for (const [name, value] of Object.entries(colours)) {
        document.documentElement.style.setProperty(`--vscode-${name}`, value);
      }
    },
    { kind, colours: { ...colours } },
  );
}
