"""What the library costs, each figure beside a floor or a peer of the same run."""
