"""One training clip: a canvas, a camera over it, shapes or moving pieces on it, and everything true of it."""

from dataclasses import dataclass, field

import cv2
import numpy as np

import look
from camera import CameraPath
from patches import make_patches
from pictures import texture
from shapes import Shape, apart
from words import CAMERAS, COLOURS, KINDS, LIGHTS, PLACES, TONES, WAYS

TOKEN = 28
STATIC = 0
CUT_SHARE = 0.3
EVERYWHERE = PLACES.index("everywhere")


@dataclass
class Wish:
    """What kind of clip to draw: the number of shapes, and how often the camera moves more than usual."""
    shapes: int
    restless: bool = False


@dataclass
class Clip:
    """Frames (T, H, W, 3, uint8 RGB), the facts as indices, and dense labels for each pair and merged vision token."""
    frames: np.ndarray
    light: int
    tone: int
    camera: int
    place: int
    shapes: np.ndarray                      # (2, 3): colour, kind, way; -1 where there is none
    token_shape: np.ndarray                 # (pairs, h, w): 0 none, 1 or 2 the shape that covers the token
    token_piece: np.ndarray                 # (pairs, h, w): 1 where a moving piece covers the token
    shape_state: np.ndarray                 # (2, pairs, 6): centre x, y, log radius, dx, dy, growth within the pair
    flow: np.ndarray                        # (pairs, h, w, 2): background displacement within the pair, pixels
    outline: np.ndarray                     # (pairs, 2, 7 h, 7 w): share of shape in each 4 x 4 pixels, 0 to 255
    extra: dict = field(default_factory=dict)

    def facts(self):
        """The facts in words, shapes in the order captions name them."""
        shapes = sorted((tuple(s) for s in self.shapes.tolist() if s[0] >= 0))
        return facts_in_words(self.light, self.tone, self.camera, self.place, shapes)


def facts_in_words(light, tone, camera, place, shapes):
    """Indices to words, as `words.first_caption` wants them."""
    return {"light": LIGHTS[light], "tone": TONES[tone], "camera": CAMERAS[camera], "place": PLACES[place],
            "shapes": [(COLOURS[c], KINDS[k], WAYS[w]) for c, k, w in sorted(shapes)]}


def shrunk(stack, factor):
    """Pictures (N, H, W) averaged over squares of `factor` pixels."""
    height, width = stack.shape[1] // factor, stack.shape[2] // factor
    return np.stack([cv2.resize(p, (width, height), interpolation=cv2.INTER_AREA) for p in stack])


class SceneMaker:
    """Draws clips with one random generator over a set of real pictures."""

    def __init__(self, rng, pictures):
        self.rng, self.pictures, self.grain = rng, pictures, None

    def draw(self, wish, frames, height, width, count=None):
        """A clip of the wished kind; drawn again until its light, tone and contrasts are clear.

        With `count`, the same motion is drawn in that many frames, evenly between the first and the last."""
        while True:
            clip = self._try(wish, frames, height, width, count)
            if clip is not None:
                return clip

    def _canvas(self, side, plain):
        rng = self.rng
        if rng.random() < 0.35:
            small = min(side, 420)
            picture = texture(rng, small, plain)
            return picture if small == side else cv2.resize(picture, (side, side), interpolation=cv2.INTER_LINEAR)
        for _ in range(6):
            photo = self.pictures[int(rng.integers(len(self.pictures)))]
            least = min(photo.shape[:2])
            cut = int(rng.uniform(min(0.9 * side, 0.6 * least), least))
            y, x = (int(rng.integers(0, photo.shape[i] - cut + 1)) for i in (0, 1))
            crop = photo[y:y + cut, x:x + cut]
            how = cv2.INTER_AREA if cut > side else cv2.INTER_CUBIC
            out = cv2.resize(crop, (side, side), interpolation=how).astype(np.float32)
            if plain or np.abs(np.diff(out[::3, :, 1], axis=1)).mean() > 2.5:
                break
        if rng.random() < 0.5:
            out = out[:, ::-1]
        return np.clip(out, 0, 255)

    def _choose_camera(self, wish):
        rng = self.rng
        still = (0.3 if wish.restless else 0.75) if wish.shapes else (0.12 if wish.restless else 0.36)
        if rng.random() < still:
            return STATIC
        return int(rng.integers(1, len(CAMERAS)))

    def _choose_shapes(self, count, frames, height, width):
        rng = self.rng
        colours = rng.choice(len(COLOURS), 2, replace=False)
        for _ in range(12):
            made = [Shape(rng, int(colours[i]), int(rng.integers(len(KINDS))), int(rng.integers(len(WAYS))), frames,
                          height, width) for i in range(count)]
            if count < 2 or apart(*made):
                return made
        return None

    def _try(self, wish, frames, height, width, count):
        rng = self.rng
        camera = self._choose_camera(wish)
        path = CameraPath(rng, camera, frames, height, width)
        shapes = self._choose_shapes(wish.shapes, frames, height, width)
        if shapes is None:
            return None
        place, pieces = self._choose_pieces(wish, camera, frames, height, width)
        side = path.canvas_side(height, width)
        if count is not None:
            frames = count
            for moving in [path, *shapes, *pieces]:
                moving.stretch(count)
        light = int(rng.integers(len(LIGHTS)))
        tone = None if rng.random() < 0.45 else int(rng.integers(len(TONES)))
        canvas = look.adjust(rng, self._canvas(side, plain=camera == STATIC), light, tone).astype(np.float32)
        for piece in pieces:
            piece.texture = look.adjust(rng, piece.texture, min(2, max(0, light + int(rng.integers(-1, 2)))),
                                        tone).astype(np.float32)
        canvas = [(0, canvas)]
        if camera == STATIC and not shapes and rng.random() < CUT_SHARE:
            for start in rng.choice(np.arange(1, frames), int(rng.integers(1, min(4, frames))), replace=False):
                other = look.adjust(rng, self._canvas(side, plain=True), light, tone).astype(np.float32)
                canvas.append((int(start), other))
        stack, cover, piece_cover = self._paint(canvas, path, shapes, pieces, frames, height, width)
        if stack is None:
            return None
        stack = self._degrade(stack)
        light, tone = look.classify(look.mean_colour(stack))
        if light is None or tone is None:
            return None
        return Clip(stack, light, tone, camera, place, self._shape_facts(shapes),
                    *self._dense(path, side, shapes, cover, piece_cover, frames, height, width))

    def _choose_pieces(self, wish, camera, frames, height, width):
        rng = self.rng
        if wish.shapes:
            return 0, []

        def piece():
            return self._canvas(int(0.75 * max(height, width)), plain=False)
        if camera == STATIC:
            place = int(rng.choice(len(PLACES), p=[0.28, 0.12, 0.12, 0.12, 0.12, 0.12, 0.12]))
            return place, make_patches(rng, place, frames, height, width, piece)
        inner = int(rng.integers(1, 6)) if rng.random() < 0.35 else 0
        return EVERYWHERE, make_patches(rng, inner, frames, height, width, piece)

    def _paint(self, canvases, path, shapes, pieces, frames, height, width):
        stack = np.empty((frames, height, width, 3), np.uint8)
        cover = np.zeros((2, frames, height, width), np.uint8)
        piece_cover = np.zeros((frames, height, width), np.float32)
        side = canvases[0][1].shape[0]
        starts = dict(canvases)
        checked = {0, frames // 2, frames - 1}
        for index in range(frames):
            canvas = starts.get(index, canvas) if index else starts[0]
            if index in starts or path.kind != STATIC or path.shift.any():
                base = cv2.warpAffine(canvas, path.matrix(index, height, width, side), (width, height),
                                      flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            image = base.copy()
            for piece in pieces:
                piece_cover[index] = np.maximum(piece_cover[index], piece.paint(image, index))
            for number, shape in enumerate(shapes):
                shape.paint(cover[number, index], index, 255)
                if index in checked:
                    under = image[cover[number, index] > 128]
                    near = np.linalg.norm(under - shape.rgb, axis=1) < 75
                    if len(under) < 40 or near.mean() > 0.15:
                        return None, None, None
                shape.paint(image, index, tuple(float(v) for v in shape.rgb))
                if number == 1:
                    cover[0, index][cover[1, index] > 128] = 0
            stack[index] = np.clip(image, 0, 255)
        return stack, cover, piece_cover

    def _degrade(self, stack):
        """What cameras and codecs do to pictures: noise, blur, compression."""
        rng = self.rng
        if rng.random() < 0.25:
            sigma = rng.uniform(0.4, 0.8)
            stack = np.stack([cv2.GaussianBlur(f, (0, 0), sigma) for f in stack])
        if rng.random() < 0.3:
            stack = self._noisy(stack)
        if rng.random() < 0.3:
            quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 92))]
            stack = np.stack([cv2.imdecode(cv2.imencode(".jpg", f, quality)[1], cv2.IMREAD_COLOR) for f in stack])
        return stack

    def _noisy(self, stack):
        """Grain of its own on every frame, cut out of one large sheet of it."""
        rng = self.rng
        height, width = stack.shape[1:3]
        if self.grain is None or self.grain.shape[0] < height + 64 or self.grain.shape[1] < width + 64:
            self.grain = rng.normal(0, 1, (height + 256, width + 256, 3)).astype(np.float32)
        strength, out = rng.uniform(1, 6), np.empty_like(stack)
        for index, frame in enumerate(stack):
            y, x = (int(rng.integers(self.grain.shape[i] - (height, width)[i])) for i in (0, 1))
            out[index] = np.clip(frame + strength * self.grain[y:y + height, x:x + width], 0, 255)
        return out

    @staticmethod
    def _shape_facts(shapes):
        facts = np.full((2, 3), -1, np.int64)
        for i, shape in enumerate(shapes):
            facts[i] = shape.colour, shape.kind, shape.way
        return facts

    @staticmethod
    def _dense(path, side, shapes, cover, piece_cover, frames, height, width):
        pairs, h, w = frames // 2, height // TOKEN, width // TOKEN
        fine = shrunk(cover.reshape(-1, height, width), 4).reshape(2, frames, 7 * h, 7 * w)
        cells = fine.reshape(2, pairs, 2, h, 7, w, 7).mean((2, 4, 6)) / 255
        token_shape = np.where(cells.max(0) > 0.10, cells.argmax(0) + 1, 0)
        token_piece = shrunk(piece_cover, TOKEN).reshape(pairs, 2, h, w).mean(1) > 0.25
        state = np.zeros((2, pairs, 6), np.float32)
        for i, shape in enumerate(shapes):
            first, second = shape.centre[0::2], shape.centre[1::2]
            r0, r1 = shape.radius[0::2], shape.radius[1::2]
            state[i, :, :2] = (first + second) / 2
            state[i, :, 2] = np.log((r0 + r1) / 2)
            state[i, :, 3:5] = second - first
            state[i, :, 5] = np.log(r1 / r0)
        y, x = np.mgrid[0:h, 0:w]
        points = np.stack([x.ravel(), y.ravel()], 1) * TOKEN + TOKEN / 2
        flow = np.stack([path.flow(2 * p, 2 * p + 1, points, height, width, side) for p in range(pairs)])
        outline = fine.max(0).reshape(pairs, 2, 7 * h, 7 * w)
        flow = flow.reshape(pairs, h, w, 2).astype(np.float32)
        return token_shape, token_piece.astype(np.int64), state, flow, outline
