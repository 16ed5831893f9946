import { everybody } from '../../run/population.mjs';

export const host = 'localhost';
export const password = 'password123';

/** Everybody has an account, and an id as their name. */
export const accountsOf = (population) => everybody(population);
