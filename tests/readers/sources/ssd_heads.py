"""Detection heads on several levels, gathered into one prediction."""
import keras
from keras import layers

config = {
    "levels": [("p3", 3), ("p4", 4), ("p5", 4)],
    "classes": 5,
    **{"channels": 16, "shared": True},
}


class Detector:
    levels = property(lambda self: [name for name, _ in self.cfg["levels"]])

    def __init__(self, cfg):
        self.cfg = dict(cfg, width=cfg["channels"] * 2)
        self.boxes, self.scores = [], []

    def backbone(self, image):
        features = {}
        x = image
        for depth in range(1, 6):
            x = layers.Conv2D(self.cfg["channels"] * min(depth, 3), 3, strides=2, padding="same",
                              activation="relu", name=f"down{depth}")(x)
            features["p" + str(depth)] = x
        return {k: v for k, v in features.items() if k in self.levels}

    def __call__(self, size=96):
        image = keras.Input((size, size, 3), name="image")
        features = self.backbone(image)
        tower = keras.Sequential([keras.Input((None, None, self.cfg["width"]))], name="tower")
        for _ in range(2):
            tower.add(layers.Conv2D(self.cfg["width"], 3, padding="same", activation="relu"))
        for (name, anchors), feature in zip(self.cfg["levels"], features.values()):
            lateral = layers.Conv2D(self.cfg["width"], 1, name=name + "_lateral")(feature)
            y = tower(lateral) if self.cfg["shared"] else lateral
            box = layers.Conv2D(anchors * 4, 3, padding="same", name=name + "_box")(y)
            score = layers.Conv2D(anchors * self.cfg["classes"], 3, padding="same", name=name + "_score")(y)
            self.boxes += [layers.Reshape((-1, 4))(box)]
            self.scores.extend([layers.Reshape((-1, self.cfg["classes"]))(score)])
        boxes = layers.Concatenate(axis=1, name="boxes")(self.boxes)
        scores = layers.Activation("softmax", name="scores")(layers.Concatenate(axis=1)(self.scores))
        return keras.Model(image, {"boxes": boxes, "scores": scores}, name="detector")


model = Detector(config)()
