"""The drawn scenes of the sample posts: a pistol, a crest on a shirt, a marked pick-up, a street.

Each function takes the time in seconds and returns the picture at that time: RGB, shape
``(360, 640, 3)``, values in [0, 255]. A clip is a scene over time.
"""

from __future__ import annotations

from math import cos, pi, sin

from canvas import Canvas, Colour, Picture, Points, Turn, box, ring, star

WOOD: tuple[Colour, Colour] = ((206, 200, 190), (180, 172, 160))
NAVY: tuple[Colour, Colour] = ((70, 78, 110), (44, 50, 78))
SEAM: Colour = (26, 30, 46)
SKIN: tuple[Colour, Colour] = ((176, 128, 96), (140, 96, 70))
BRASS: tuple[Colour, Colour] = ((236, 206, 118), (160, 118, 54))
WHITE: Colour = (240, 240, 240)
SHIRT: Points = (
    *((-60, 70), (-150, 96), (-196, 128), (-214, 200), (-226, 380)),
    *((226, 380), (214, 200), (196, 128), (150, 96), (60, 70)),
)


def pistol(time_s: float) -> Picture:
    """Draw a pistol on a table, the camera closing in slowly."""
    canvas = Canvas(*WOOD, seed=1)
    canvas.grain(3.0, stretch=(24, 1))
    place = Turn((310, 160), scale=0.9 * (1 + 0.03 * time_s), degrees=-6 + time_s)
    slide = [(-170, -62), (150, -62), (162, -50), (162, -8), (-178, -8), (-182, -40)]
    grip = [(52, -8), (160, -8), (166, 6), (150, 14), (206, 150), (196, 166), (118, 170), (84, 40)]
    frame = [(-160, -8), (160, -8), (120, 30), (70, 26), (-40, 18), (-158, 14)]
    for part in (slide, grip):
        canvas.shadow(place(part), shift=(8, 12), blur=9, depth=0.55)
    canvas.fill(place(ring((28, 36), 48, 34)), _grey(50), _grey(22))  # trigger guard
    canvas.fill(place(ring((26, 33), 38, 24)), *WOOD)
    canvas.line(place([(34, 8), (26, 28), (34, 50)]), _grey(30), 5)
    canvas.fill(place(grip), _grey(48), _grey(22))
    canvas.fill(place(frame), _grey(46), _grey(26))
    canvas.fill(place(slide), _grey(84), _grey(30))
    _slide_details(canvas, place)
    for row in range(7):  # the grip's checkering
        for column in range(5):
            at = (108 + 13 * column + 7 * row, 46 + 15 * row)
            canvas.fill(place(ring(at, 2.6, 2.6, 8)), _grey(14))
    canvas.fill(place([(118, 170), (196, 166), (202, 176), (116, 180)]), _grey(18))
    return canvas.finish()[:, ::-1].copy()


def _slide_details(canvas: Canvas, place: Turn) -> None:
    canvas.line(place([(-178, -52), (150, -58)]), _grey(130), 2)
    canvas.line(place([(-178, -9), (160, -9)]), _grey(10), 2)
    for x in range(92, 155, 7):
        canvas.line(place([(x, -54), (x - 6, -14)]), _grey(18), 1.5)
    canvas.fill(place([(-30, -58), (34, -58), (30, -36), (-30, -36)]), _grey(20))
    canvas.fill(place(box(-164, -72, 12, 11)), _grey(30))
    canvas.fill(place(box(128, -72, 20, 11)), _grey(30))
    canvas.fill(place(ring((-181, -38), 4, 11)), _grey(8))


def _grey(level: int) -> Colour:
    return (level, level, level + 3)


def pickup(time_s: float, *, marked: bool = True) -> Picture:
    """Draw a pick-up that rolls by, marked as a police vehicle or plain."""
    canvas = street_ground()
    place = Turn((300 + 14 * time_s, 228), scale=1.0)
    body: Colour = (236, 238, 240) if marked else (150, 40, 36)
    lower: Colour = (198, 202, 208) if marked else (112, 26, 24)
    canvas.shadow(place(ring((0, 62), 232, 16)), shift=(0, 4), blur=8, depth=0.6)
    cab = [(-78, -30), (-44, -92), (62, -92), (74, -30)]
    canvas.fill(place(cab), body, lower)
    hull = [(-214, 46), (-218, 4), (-206, -18), (-84, -32), (216, -32), (222, 40), (214, 50)]
    canvas.fill(place(hull), body, lower)
    canvas.fill(place([(-62, -34), (-36, -82), (2, -82), (2, -34)]), (70, 86, 98), (28, 34, 40))
    canvas.fill(place([(10, -34), (10, -82), (54, -82), (64, -34)]), (70, 86, 98), (28, 34, 40))
    canvas.fill(place(box(80, -70, 8, 40)), (30, 30, 32))  # roll bar
    canvas.line(place([(84, -68), (208, -34)]), (30, 30, 32), 4)
    for x in (-70, 6, 76):
        canvas.line(place([(x, -30), (x, 38)]), (120, 124, 130), 1)
    for x in (-8, 66):
        canvas.fill(place(box(x - 12, -20, 12, 4)), (60, 60, 64))
    canvas.fill(place([(-216, -2), (-198, -14), (-190, 2), (-214, 8)]), (250, 250, 220))
    canvas.fill(place(box(212, -18, 9, 26)), (190, 20, 20))
    canvas.fill(place(box(-222, 30, 24, 18)), (40, 40, 44), (20, 20, 22))
    if marked:
        _markings(canvas, place, time_s)
    for x in (-142, 142):
        _wheel(canvas, place, x, turn=time_s)
    return canvas.finish()


def _markings(canvas: Canvas, place: Turn, time_s: float) -> None:
    """Draw stripes, words and a light bar whose lights take turns."""
    for i in range(18):
        x = -196 + 23 * i
        for row in range(2):
            colour = (20, 60, 170) if (i + row) % 2 else (240, 220, 40)
            canvas.fill(place(box(x, 12 + 12 * row, 23, 12)), colour)
    words = place([(-62, 8)])[0]
    canvas.write("POLICE", words, 24, (16, 40, 130))
    canvas.write("15", place([(150, 6)])[0], 20, (16, 40, 130))
    red_on = int(time_s * 3) % 2 == 0
    canvas.fill(place(box(-32, -106, 84, 14)), (40, 40, 46))
    canvas.fill(place(box(-30, -108, 38, 13)), (250, 50, 40) if red_on else (130, 20, 20))
    canvas.fill(place(box(12, -108, 38, 13)), (20, 40, 130) if red_on else (60, 110, 255))
    lamp, light = ((-11, -102), (120, 20, 10)) if red_on else ((31, -102), (10, 40, 140))
    canvas.glow(place([lamp])[0], 22, light)


def _wheel(canvas: Canvas, place: Turn, x: float, *, turn: float) -> None:
    canvas.fill(place(ring((x, 44), 42, 40)), (16, 16, 18))  # the arch
    canvas.fill(place(ring((x, 46), 35, 35)), (34, 34, 36), (16, 16, 16))
    canvas.fill(place(ring((x, 46), 21, 21)), (176, 178, 182), (96, 98, 102))
    for spoke in range(6):
        angle = spoke * pi / 3 + turn
        canvas.line(place([(x, 46), (x + 19 * cos(angle), 46 + 19 * sin(angle))]), (60, 60, 64), 4)
    canvas.fill(place(ring((x, 46), 6, 6)), (60, 62, 66))


def street_ground() -> Canvas:
    """Draw a street without anyone on it: sky, houses, a wall, asphalt."""
    canvas = Canvas((150, 186, 222), (222, 226, 224), seed=2)
    for i, (x, top, width) in enumerate(
        [(0, 84, 120), (120, 52, 96), (216, 100, 150), (366, 70, 110), (476, 92, 164)]
    ):
        shade = 168 + 14 * (i % 3)
        canvas.fill(
            box(x, top, width, 150),
            (shade + 12, shade, shade - 18),
            (shade - 14, shade - 26, shade - 40),
        )
        for wx in range(x + 14, x + width - 20, 30):
            for wy in range(top + 16, 180, 34):
                canvas.fill(box(wx, wy, 14, 18), (70, 84, 96), (50, 60, 70))
    canvas.fill(box(0, 196, 640, 34), (178, 168, 150), (150, 140, 124))
    canvas.fill(box(0, 230, 640, 130), (112, 112, 114), (84, 84, 88))
    for x in range(-40, 640, 110):
        canvas.fill([(x, 322), (x + 60, 322), (x + 52, 330), (x - 8, 330)], (220, 216, 200))
    canvas.grain(5.0)
    return canvas


def street(time_s: float) -> Picture:
    """Draw a street with a plain car passing."""
    return pickup(time_s, marked=False)


def officer(time_s: float) -> Picture:
    """Draw an officer from the waist up: beret, shoulder straps, ribbons, a crest on the shirt."""
    canvas = Canvas((226, 228, 232), (206, 208, 212), seed=4)
    place = Turn((320 + 4 * sin(time_s), 100 + 2 * cos(time_s)), scale=0.8)
    _head(canvas, place)
    canvas.fill(place(SHIRT), *NAVY)
    canvas.fill(place([(-36, 66), (36, 66), (0, 124)]), SKIN[1], (112, 77, 56))
    for side in (-1, 1):
        _half_shirt(canvas, place, side)
    for x, width in ((-8, 2), (8, 1)):
        canvas.line(place([(x, 124), (x, 380)]), SEAM, width)
    for y in range(150, 340, 46):
        canvas.fill(place(ring((0, y), 4.5, 4.5)), *BRASS)
    _shield(canvas, Turn(place([(86, 184)])[0], scale=0.36))
    canvas.fill(place(box(-122, 206, 70, 13)), (20, 20, 24))
    canvas.write("S. KHAN", place([(-112, 216)])[0], 7, (240, 240, 240))
    ribbons = ((180, 30, 40), (30, 90, 50), (30, 50, 140), (230, 190, 60), (120, 30, 110), WHITE)
    for i, colour in enumerate(ribbons):
        x, y = -122 + 24 * (i % 3), 176 + 13 * (i // 3)
        canvas.fill(place(box(x, y, 23, 12)), colour)
        canvas.fill(place(box(x + 9, y, 5, 12)), WHITE)
    canvas.grain(3.0)
    return canvas.finish()


def _head(canvas: Canvas, place: Turn) -> None:
    canvas.shadow(place(SHIRT), shift=(10, 4), blur=14, depth=0.3)
    canvas.fill(place(ring((0, -14), 52, 66)), *SKIN)
    for side in (-1, 1):
        canvas.fill(place(ring((side * 52, -8), 8, 16)), SKIN[1])
        canvas.fill(place(ring((side * 20, -18), 8, 4)), WHITE)
        canvas.fill(place(ring((side * 20, -18), 4, 4)), (30, 20, 16))
        canvas.line(place([(side * 10, -30), (side * 32, -31)]), (30, 22, 18), 4)
    canvas.fill(place([(-24, 18), (0, 13), (24, 18), (0, 24)]), (26, 20, 18))
    canvas.line(place([(0, -14), (-5, 6), (4, 8)]), SKIN[1], 2.5)
    canvas.line(place([(-12, 30), (12, 30)]), (110, 60, 50), 3)
    beret = [(-58, -44), (-70, -64), (-50, -92), (10, -100), (56, -84), (60, -48), (0, -56)]
    canvas.fill(place(beret), (40, 44, 60), (20, 22, 34))
    canvas.fill(place(ring((26, -70), 10, 13)), *BRASS)
    canvas.fill(place([(-40, 0), (40, 0), (46, 90), (0, 120), (-46, 90)]), *SKIN)
    canvas.shadow(place(box(-40, 0, 80, 30)), shift=(0, 0), blur=10, depth=0.35)


def _half_shirt(canvas: Canvas, place: Turn, side: int) -> None:
    """Draw one side of the shirt: collar, shoulder strap with stars, sleeve patch, pocket."""

    def half(points: Points) -> list[tuple[float, float]]:
        return place([(side * x, y) for x, y in points])

    collar = [(34, 54), (74, 80), (56, 136), (2, 116)]
    canvas.shadow(half(collar), shift=(0, 5), blur=4, depth=0.4)
    canvas.fill(half(collar), (75, 84, 118), (64, 71, 101))
    canvas.line(half(collar), SEAM, 1.5)
    canvas.fill(half(ring((48, 112), 7, 5)), *BRASS)
    canvas.fill(half([(84, 76), (176, 104), (168, 126), (78, 98)]), (35, 40, 62), (26, 30, 46))
    for step in range(3):
        canvas.fill(half(star((108 + 24 * step, 94 + 8 * step), 9)), *BRASS)
    patch = [(176, 190), (212, 190), (212, 226), (194, 246), (176, 226)]
    canvas.fill(half(patch), (20, 40, 110), (14, 26, 80))
    canvas.line(half([*patch, patch[0]]), (230, 200, 90), 2.5)
    canvas.fill(half(ring((194, 212), 9, 9)), (230, 200, 90))
    canvas.line(half([(150, 98), (160, 180), (158, 380)]), SEAM, 2.5)
    flap = [(38, 222), (134, 222), (134, 244), (86, 258), (38, 244)]
    canvas.shadow(half(flap), shift=(2, 4), blur=4, depth=0.35)
    canvas.line(half([*flap, flap[0]]), SEAM, 2)
    canvas.line(half([(40, 248), (40, 340), (132, 340), (132, 248)]), SEAM, 2)
    canvas.fill(half(ring((86, 250), 4.5, 4.5)), *BRASS)


def _shield(canvas: Canvas, place: Turn) -> None:
    outline = [
        (0, -96),
        (26, -82),
        (70, -84),
        (74, -20),
        (58, 40),
        (0, 92),
        (-58, 40),
        (-74, -20),
        (-70, -84),
        (-26, -82),
    ]
    canvas.shadow(place(outline), shift=(6, 9), blur=6, depth=0.6)
    canvas.fill(place(outline), (248, 224, 140), (146, 108, 40))
    canvas.fill(place(_shrunk(outline, 0.92)), (190, 152, 66), (230, 198, 110))
    canvas.fill(place(_shrunk(outline, 0.86)), (238, 210, 122), (160, 120, 50))
    canvas.fill(place(ring((0, -6), 46, 46)), (30, 50, 120), (16, 28, 80))
    canvas.fill(place(ring((0, -6), 37, 37)), (244, 222, 150), (170, 130, 56))
    canvas.fill(place(star((0, -6), 33, rays=8)), (150, 110, 40), (110, 76, 24))
    canvas.fill(place(ring((0, -6), 12, 12)), (24, 110, 60), (10, 70, 40))
    canvas.write("POLICE", place([(-34, 66)])[0], 13, (60, 36, 8))
    canvas.fill(place([(-52, -78), (52, -78), (52, -58), (-52, -58)]), (36, 56, 130), (20, 36, 96))
    canvas.write("SINDH", place([(-34, -62)])[0], 11, (250, 240, 210))


def _shrunk(points: Points, factor: float) -> list[tuple[float, float]]:
    return [(x * factor, y * factor) for x, y in points]
