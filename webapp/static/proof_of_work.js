/* A worker: finds the sixteen numbers of a proof of work. The rule stands in surveys/casting/proofs.py. */
"use strict";

(() => {
  const ROUNDS = new Int32Array([
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ]);
  const FIRST = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
  const schedule = new Int32Array(64);

  // One block of SHA-256: sixteen words stand in `schedule`, eight in `state`.
  function compress(state) {
    const w = schedule;
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15];
      const y = w[i - 2];
      w[i] = (w[i - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3)
        + w[i - 7] + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10)) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3];
    let e = state[4], f = state[5], g = state[6], h = state[7];
    for (let i = 0; i < 64; i += 1) {
      const one = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7))
        + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
      const two = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10))
        + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0;
      d = c; c = b; b = a; a = (one + two) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  // The browser's own SHA-256 is missing on pages without https.
  function digest(text) {
    const bytes = new TextEncoder().encode(text);
    const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 4, bytes.length * 8);
    const state = Int32Array.from(FIRST);
    for (let block = 0; block < padded.length; block += 64) {
      for (let i = 0; i < 16; i += 1) schedule[i] = view.getInt32(block + 4 * i);
      compress(state);
    }
    return state;
  }

  function solve(seed, riddle, bits) {
    const state = new Int32Array(8);
    for (let number = 0; number <= 0xffffffff; number += 1) {
      schedule.fill(0, 8, 16);
      schedule.set(seed);
      schedule[8] = riddle << 24 | number >>> 8;
      schedule[9] = (number & 0xff) << 24 | 0x800000;
      schedule[15] = 37 * 8;
      state.set(FIRST);
      compress(state);
      if (state[0] >>> (32 - bits) === 0) return number;
    }
    return 0;
  }

  onmessage = ({ data }) => {
    const seed = digest(`${data.challenge}|${data.code}`);
    const numbers = [];
    for (let riddle = 0; riddle < data.riddles; riddle += 1) {
      numbers.push(solve(seed, riddle, data.bits));
      postMessage({ share: (riddle + 1) / data.riddles });
    }
    postMessage({ proof: numbers.join(".") });
  };
})();
