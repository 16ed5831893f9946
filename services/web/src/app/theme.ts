import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent colour, from its lightest shade to its darkest. */
const pine: MantineColorsTuple = ['#e8f6f2', '#d2eae3', '#a5d5c7', '#74bfa9', '#4dac90', '#34a080', '#249a77', '#128566', '#04745a', '#00624b'];

export const theme = createTheme({
  colors: { pine },
  primaryColor: 'pine',
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif, "Apple Color Emoji", "Noto Color Emoji"',
  headings: { fontWeight: '650' },
});
