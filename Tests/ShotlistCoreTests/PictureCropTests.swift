import ShotlistCore
import Testing

@Suite("A part in the middle of a picture")
struct PictureCropTests {
    @Test(
        "what is too wide loses columns, what is too high loses rows",
        arguments: [
            (PixelSize(width: 1280, height: 720), PixelSize(width: 512, height: 512), 720, 720, 280, 0),
            (PixelSize(width: 720, height: 1280), PixelSize(width: 512, height: 512), 720, 720, 0, 280),
            (PixelSize(width: 1920, height: 1080), PixelSize(width: 960, height: 544), 1904, 1080, 8, 0),
            (PixelSize(width: 640, height: 360), PixelSize(width: 1280, height: 720), 640, 360, 0, 0),
        ])
    func shaped(_ picture: PixelSize, _ shape: PixelSize, _ width: Int, _ height: Int, _ left: Int, _ top: Int) {
        let crop = PictureCrop(shapedLike: shape, from: picture)
        #expect(crop.size == PixelSize(width: width, height: height))
        #expect((crop.left, crop.top) == (left, top))
    }

    @Test("places are even, as colours of half the size need")
    func even() {
        let crop = PictureCrop(of: PixelSize(width: 96, height: 64), from: PixelSize(width: 102, height: 70))
        #expect((crop.left, crop.top) == (2, 2))
    }
}
