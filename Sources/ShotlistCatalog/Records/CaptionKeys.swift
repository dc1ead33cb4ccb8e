/// A window's captions, found among the keys of its record: `<variant>_caption` and those beside it.
struct CaptionKeys {
    private(set) var captions = CaptionSet()
    /// The variant under whose name the last pass's caption is; else the first pass's, else the enhancement's.
    private(set) var variant: String?

    /// - Parameter names: the named prompts that the record tells of.
    init(_ fields: JSONFields, names: [String]) {
        var keys = fields.all.keys.filter { $0.contains("_caption") }.sorted()
        for name in names {
            let ending = "_caption_\(name)"
            guard let key = keys.first(where: { $0.hasSuffix(ending) }) else { continue }
            captions.named[name] = fields.text(key)
            keys.removeAll { $0 == key }
        }
        func take(_ ending: String) -> [(variant: String, text: String)] {
            let found = keys.filter { $0.hasSuffix(ending) }
            keys.removeAll { $0.hasSuffix(ending) }
            return found.compactMap { key in
                fields.text(key).map { (String(key.dropLast(ending.count)), $0) }
            }
        }
        let enhanced = take("_enhanced_caption")
        let stage1 = take("_stage1_caption")
        let last = take("_caption")
        captions.enhanced = enhanced.first?.text
        captions.stage1 = stage1.first?.text
        captions.caption = last.first?.text
        variant = last.first?.variant ?? stage1.first?.variant ?? enhanced.first?.variant
        // Several models may have captioned a window; one caption is the window's, and the others have names.
        for other in last.dropFirst() { captions.named[other.variant] = other.text }
        for other in enhanced.dropFirst() { captions.named["\(other.variant)_enhanced"] = other.text }
    }
}
