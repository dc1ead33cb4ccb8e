import ShotlistCore

extension Dialect {
    /// The fields that say how tokens are picked, as the embedded engine picks them; everything that a server would
    /// otherwise take from the model's own settings is said.
    func fields(of sampling: SamplingParameters, maxOutputTokens: Int) -> [(String, String)] {
        var fields = [
            ("max_tokens", "\(maxOutputTokens)"),
            ("temperature", JSONText.number(sampling.temperature)),
            ("top_p", JSONText.number(sampling.topP)),
            ("seed", "\(sampling.seed)"),
        ]
        if let penaltyField { fields.append((penaltyField, JSONText.number(sampling.repetitionPenalty))) }
        if let topKOff { fields.append(("top_k", "\(topKOff)")) }
        if !sampling.stops.isEmpty { fields.append(("stop", JSONText.array(sampling.stops.map(JSONText.string)))) }
        fields += further.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return fields
    }
}
