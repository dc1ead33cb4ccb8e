import ShotlistCatalog

extension ExportWindow {
    /// Whether a person approved, rated or edited it when the model's caption or the video was another.
    public var isChangedSince: Bool { flags.contains(CatalogFlag.changedSince.rawValue) }
}
