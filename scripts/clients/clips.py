"""Clips that the clients score: computed, so that recorded values hold everywhere."""

FORMATS = {"420": (2, 2), "422": (2, 1), "444": (1, 1)}


def sample(x, y, frame, plane):
    """A sample of 16 bits: shades, edges and grain that move."""
    x += 3 * frame
    shade = (x * 190 + y * 130 + plane * 9000) % 52000
    edge = 9000 if (x // 11 + (y + frame) // 7 + plane) % 3 == 0 else 0
    grain = ((x * 7919 + y * 104729 + frame * 31 + plane * 17) * 2654435761 >> 13) % 2600
    return min(shade + edge + grain, 65535)


def distorted(value, x, y, bits):
    """Coarser levels, in blocks of different strength."""
    step = 1 << (bits - 8 + 2 + (x // 16 + y // 16) % 3)
    return min(value // step * step + step // 3, (1 << bits) - 1)


def write(folder, name, width, height, layout, bits, frames):
    """Writes NAME_ref.yuv and NAME_dis.yuv, unless they are there."""
    paths = folder / f"{name}_ref.yuv", folder / f"{name}_dis.yuv"
    if all(path.exists() for path in paths):
        return paths
    size = 1 if bits == 8 else 2
    ref, dis = bytearray(), bytearray()
    for frame in range(frames):
        for plane in range(3):
            across, down = FORMATS[layout] if plane else (1, 1)
            for y in range(height // down):
                for x in range(width // across):
                    value = sample(x, y, frame, plane) >> (16 - bits)
                    ref += value.to_bytes(size, "little")
                    dis += distorted(value, x, y, bits).to_bytes(size, "little")
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in zip(paths, (ref, dis)):
        path.write_bytes(content)
    return paths
