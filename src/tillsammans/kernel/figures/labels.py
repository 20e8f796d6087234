"""Label placement beside marks: a label that would overlap another label or a mark everywhere is left out."""

from __future__ import annotations

from tillsammans.kernel.figures.drawing import LEADING, TEXT, Anchor, Drawing, Stroke, Words, text_width, wrap

Box = tuple[float, float, float, float]  # left, top, right, bottom
_AWAY = (10.0, 18.0, 30.0, 46.0)


class Placing:
    """The occupied boxes of a sheet, and the bounds within which labels may be placed."""

    def __init__(self, room: Box) -> None:
        self.room = room
        self.taken: list[Box] = []

    def keep_off(self, box: Box) -> None:
        self.taken.append(box)

    def keep_off_dot(self, x: float, y: float, radius: float) -> None:
        self.keep_off((x - radius, y - radius, x + radius, y + radius))

    def beside(self, drawing: Drawing, x: float, y: float, text: str, *, bold: bool = False) -> bool:
        """Write the text near a mark, with a thin line to it when it is not next to it. False: there was no room."""
        wide = text_width(text, bold=bold)
        for away in _AWAY:
            for across, down in ((1, 0), (-1, 0), (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7), (0, -1), (0, 1)):
                at_x, at_y = x + across * away, y + down * away
                anchor: Anchor = "start" if across > 0 else "end" if across < 0 else "middle"
                left = at_x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
                box = (left, at_y - LEADING / 2, left + wide, at_y + LEADING / 2)
                if self._is_free(box):
                    if away > _AWAY[1]:
                        drawing.add(Stroke(((x, y), (at_x, at_y)), "leader", 1))
                    drawing.add(Words(at_x, at_y + TEXT * 0.36, text, "text", anchor, bold, halo=True))
                    self.keep_off(box)
                    return True
        return False

    def upon(self, drawing: Drawing, x: float, y: float, text: str, room: float, *, bold: bool = False) -> bool:
        """Write the text centred on a point, or just above or below it, in lines no wider than room if they can be.
        False: there was no room."""
        parts = wrap(text, room, bold=bold)
        wide, tall = max(text_width(part, bold=bold) for part in parts), len(parts) * LEADING
        if wide > room:
            return False
        for down in (0.0, LEADING, -LEADING, 2 * LEADING, -2 * LEADING):
            top = y + down - tall / 2
            box = (x - wide / 2, top, x + wide / 2, top + tall)
            if self._is_free(box):
                for row, part in enumerate(parts):
                    base = top + (row + 0.5) * LEADING + TEXT * 0.36
                    drawing.add(Words(x, base, part, "text", "middle", bold, halo=True))
                self.keep_off(box)
                return True
        return False

    def _is_free(self, box: Box) -> bool:
        left, top, right, bottom = box
        if left < self.room[0] or top < self.room[1] or right > self.room[2] or bottom > self.room[3]:
            return False
        return not any(left < b[2] and b[0] < right and top < b[3] and b[1] < bottom for b in self.taken)
