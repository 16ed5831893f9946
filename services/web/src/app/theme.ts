import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The one accent colour, from its lightest shade to its darkest. */
const pine: MantineColorsTuple = ['#e8f6f2', '#d2eae3', '#a5d5c7', '#74bfa9', '#4dac90', '#34a080', '#249a77', '#128566', '#04745a', '#00624b'];

/** Dark grounds and the text on them, from the lightest, with a breath of the accent colour. */
const night: MantineColorsTuple = ['#d3dad7', '#b7c1bd', '#8f9b97', '#66726e', '#3c4744', '#2d3633', '#222927', '#171c1a', '#131816', '#0e1211'];

export const theme = createTheme({
  colors: { pine, dark: night },
  primaryColor: 'pine',
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif, "Apple Color Emoji", "Noto Color Emoji"',
  headings: { fontWeight: '650' },
});
