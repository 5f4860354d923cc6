// Shapes in whole centimetres: rings of corners, the first not repeated.
export const bounds = (ring) => {
  const xs = ring.map(([x]) => x), ys = ring.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
};
export const boundsOf = (things) => bounds(things.flatMap((one) => one.ring));
export const middle = (ring) => {
  const [left, top, right, bottom] = bounds(ring);
  return [(left + right) / 2, (top + bottom) / 2];
};
const whole = (ring) => ring.map(([x, y]) => [Math.round(x), Math.round(y)]);
export const box = (x, y, width, height) => whole([[x, y], [x + width, y], [x + width, y + height], [x, y + height]]);
export const moved = (ring, dx, dy) => whole(ring.map(([x, y]) => [x + dx, y + dy]));
export const points = (ring) => ring.map((one) => one.join(",")).join(" ");

export const turned = (ring, degrees, [mx, my] = middle(ring)) => {
  const turn = (degrees * Math.PI) / 180, cos = Math.cos(turn), sin = Math.sin(turn);
  return whole(ring.map(([x, y]) => [mx + (x - mx) * cos - (y - my) * sin, my + (x - mx) * sin + (y - my) * cos]));
};

// A rectangle that may be turned: its width along the first edge, its depth along the second, its angle; null for other shapes.
export const rectangle = (ring) => {
  if (ring.length !== 4) return null;
  const [a, b, c, d] = ring;
  const u = [b[0] - a[0], b[1] - a[1]], v = [c[0] - b[0], c[1] - b[1]];
  const width = Math.hypot(...u), depth = Math.hypot(...v);
  const askew = Math.abs(u[0] * v[0] + u[1] * v[1]) / (width * depth || 1);
  const closes = Math.hypot(a[0] + c[0] - b[0] - d[0], a[1] + c[1] - b[1] - d[1]);
  if (!width || !depth || askew > 0.02 || closes > 2) return null;
  return { width, depth, angle: (Math.atan2(u[1], u[0]) * 180) / Math.PI };
};
export const isUpright = (ring) => {
  const [left, top, right, bottom] = bounds(ring);
  return ring.length === 4 && ring.every(([x, y]) => (x === left || x === right) && (y === top || y === bottom));
};

// The shape with another width, depth or angle, about its middle (a rectangle), or stretched from its upper left corner.
export const sized = (ring, width, depth, angle) => {
  const [mx, my] = middle(ring);
  const is = rectangle(ring);
  if (is) {
    const [left, top] = bounds(ring);
    const upright = Math.abs((angle ?? is.angle) % 360) < 0.01 && Math.abs(is.angle) < 0.01;
    if (upright) return box(left, top, width ?? is.width, depth ?? is.depth);
    const flat = box(mx - (width ?? is.width) / 2, my - (depth ?? is.depth) / 2, width ?? is.width, depth ?? is.depth);
    return turned(flat, angle ?? is.angle, [mx, my]);
  }
  const [left, top, right, bottom] = bounds(ring);
  const across = (width ?? right - left) / (right - left), down = (depth ?? bottom - top) / (bottom - top);
  return stretched(ring, [left, top], across, down);
};
export const stretched = (ring, [ox, oy], across, down) => whole(ring.map(([x, y]) => [ox + (x - ox) * across, oy + (y - oy) * down]));

export const metres = (centimetres) => String(Math.round(centimetres) / 100).replace(".", ",");
export const sizeText = (ring) => {
  const is = rectangle(ring);
  const [left, top, right, bottom] = bounds(ring);
  return `${metres(is ? is.width : right - left)} × ${metres(is ? is.depth : bottom - top)} m`;
};

// Moving by (dx, dy), caught by the edges of others nearby, else by the steps of the grid; answers the move and the lines shown.
export const caught = (ring, dx, dy, others, step, reach, hall) => {
  const [left, top, right, bottom] = bounds(moved(ring, dx, dy));
  const lines = others.map((one) => bounds(one.ring));
  lines.push([0, 0, hall.width, hall.height]);
  const across = nearest([left, right], lines.flatMap((one) => [one[0], one[2]]), reach);
  const down = nearest([top, bottom], lines.flatMap((one) => [one[1], one[3]]), reach);
  const near = (value) => (step ? Math.round(value / step) * step - value : 0);
  return {
    dx: Math.round(dx + (across?.by ?? near(left))), dy: Math.round(dy + (down?.by ?? near(top))),
    guides: [across && ["x", across.at], down && ["y", down.at]].filter(Boolean),
  };
};
const nearest = (edges, lines, reach) => {
  let best = null;
  for (const edge of edges) {
    for (const line of lines) {
      const by = line - edge;
      if (Math.abs(by) <= reach && (!best || Math.abs(by) < Math.abs(best.by))) best = { by, at: line };
    }
  }
  return best;
};
