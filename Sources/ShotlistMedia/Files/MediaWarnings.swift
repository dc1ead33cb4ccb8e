internal import CLibAV

/// What is doubtful about a file, or done to its pictures, by short name.
enum MediaWarnings {
    static func of(_ file: InputFile, _ scan: PacketScan) -> [String: String] {
        var warnings: [String: String] = [:]
        if scan.isTruncated {
            warnings["truncated"] =
                "The file \(file.path) ends early: only its first \(scan.timestamps.count) frames can be read."
        }
        if scan.leading > 0 {
            warnings["starts_late"] =
                "The file \(file.path) begins between key frames: \(scan.leading) packets before the first frame that "
                + "can be decoded are left out."
        }
        let stream = file.video.pointee.codecpar.pointee
        if scan.untimed > 0, stream.field_order == AV_FIELD_PROGRESSIVE || stream.field_order == AV_FIELD_UNKNOWN {
            warnings["untimed"] =
                "\(scan.untimed) packets of \(file.path) have no time and are left out; they are no frames, or "
                + "ones that nobody can place."
        }
        let ratio = file.pixelRatio
        if ratio.num > 0, ratio.den > 0, ratio.num != ratio.den {
            warnings["sample_aspect_ratio"] =
                "The pixels of \(file.path) are not square (\(ratio.num):\(ratio.den)); they are used as stored."
        }
        if ToneMapping.isNeeded(for: stream.color_trc) {
            let kind = stream.color_trc == AVCOL_TRC_SMPTE2084 ? "PQ" : "HLG"
            warnings["hdr"] =
                "The pictures of \(file.path) have a high dynamic range (\(kind)); they are mapped to standard range."
        }
        if hasOnlyDolbyVision(file) {
            warnings["dolby_vision"] =
                "The pictures of \(file.path) are made for Dolby Vision alone (profile 5), which is not decoded here: "
                + "their colours are wrong."
        }
        if [AV_FIELD_TT, AV_FIELD_BB, AV_FIELD_TB, AV_FIELD_BT].contains(stream.field_order) {
            warnings["interlaced"] = "The pictures of \(file.path) are interlaced; their fields are used as stored."
        }
        if let format = av_pix_fmt_desc_get(AVPixelFormat(stream.format)),
            format.pointee.flags & UInt64(AV_PIX_FMT_FLAG_ALPHA) != 0,
            // Pictures with a palette have transparency by their kind, not by their content.
            format.pointee.flags & UInt64(AV_PIX_FMT_FLAG_PAL) == 0
        {
            warnings["alpha"] = "The pictures of \(file.path) have transparency, which is left out."
        }
        return warnings
    }

    /// Whether the stream has no picture but Dolby Vision's own, in colours that nothing else knows.
    private static func hasOnlyDolbyVision(_ file: InputFile) -> Bool {
        guard let data = av_stream_get_side_data(file.video, AV_PKT_DATA_DOVI_CONF, nil) else { return false }
        let record = UnsafeRawPointer(data).assumingMemoryBound(to: AVDOVIDecoderConfigurationRecord.self).pointee
        return record.dv_profile == 5
    }
}
