// @ts-check
export async function rebuilds() {}
export async function linear() {}
