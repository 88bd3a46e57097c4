export const months = ['Jan'];
