/**
 * Which bits of a filter belong to a key: enhanced double hashing over the two lanes of its hash (bytes/hash.ts, seed
 * 0). It is part of the file format (filter algorithm 1). All arithmetic is modulo 2^32, lanes are unsigned:
 *
 *     x = h1;  y = h2
 *     for i = 0 to k-1:  bit i is x mod m;  x += y + i;  y += i + 1
 *
 * `y` grows at each step, which gives the quadratic and cubic terms that plain double hashing lacks: with a second lane
 * of zero, that would set one bit k times.
 */
export function filterIndexes(indexes: number[], hash1: number, hash2: number, size: number, hashes: number): void {
  let x = hash1 >>> 0
  let y = hash2 >>> 0
  const inverse = 1 / size
  for (let i = 0; i < hashes; i++) {
    indexes[i] = remainder(x, size, inverse)
    x = (x + y + i) >>> 0
    y = (y + i + 1) >>> 0
  }
}

/**
 * x mod size, of unsigned 32-bit integers; `inverse` is 1 / size. That is a product and not the machine's division, and
 * takes less than half of the time. It is exact: (x + 1/2) / size lies at least 1/2 / size from any integer, and two
 * roundings to 53 bits move it by less than 2^-20 / size.
 */
export function remainder(x: number, size: number, inverse: number): number {
  return x - Math.floor((x + 0.5) * inverse) * size
}
